// The page "/desk": the moderators' topic queue.
import { mount } from "../ui/mount.tsx";
import { DeskPage } from "./DeskPage.tsx";

mount("desk", DeskPage);
