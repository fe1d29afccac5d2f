// The page "/": what is live and what is coming.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { Home } from "./Home.tsx";

void speak(true).then(() => mount("home", Home));
