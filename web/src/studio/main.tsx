// The page "/studio": topics, goods, and the show while it runs.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { StudioPage } from "./StudioPage.tsx";

void speak(true).then(() => mount("studio", StudioPage));
