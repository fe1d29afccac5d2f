// The page itself, loaded once its words are there.
import { mount } from "../ui/mount.tsx";
import { CasesPage } from "./CasesPage.tsx";

export function start(): void {
  mount("cases", CasesPage);
}
