// The page "/studio": topics, goods, and the show while it runs.
import { mount } from "../ui/mount.tsx";
import { StudioPage } from "./StudioPage.tsx";

mount("studio", StudioPage);
