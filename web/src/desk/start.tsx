// The desk itself, loaded once its words are there.
import { mount } from "../ui/mount.tsx";
import { DeskPage } from "./DeskPage.tsx";

export function start(): void {
  mount("desk", DeskPage);
}
