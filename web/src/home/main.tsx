// The page "/": what is live and what is coming.
import { mount } from "../ui/mount.tsx";
import { Home } from "./Home.tsx";

mount("home", Home);
