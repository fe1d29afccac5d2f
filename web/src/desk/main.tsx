// The page "/desk": the moderators' topic queue, or behind `#reports` the reports.
import { mount } from "../ui/mount.tsx";
import { Desk } from "./Desk.tsx";

mount("desk", Desk);
