// The page "/s/{show}": where viewers watch, talk and buy.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { RoomPage } from "./RoomPage.tsx";

void speak().then(() => mount("room", RoomPage));
