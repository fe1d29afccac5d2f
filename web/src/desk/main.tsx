// The page "/desk": the moderators' topic queue, or what stands behind the `#`.
import { mount } from "../ui/mount.tsx";
import { Desk } from "./Desk.tsx";

mount("desk", Desk);
