// The page "/s/{show}": where viewers watch, talk and buy.
import { mount } from "../ui/mount.tsx";
import { RoomPage } from "./RoomPage.tsx";

mount("room", RoomPage);
