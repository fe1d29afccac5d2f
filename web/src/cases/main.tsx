// The page "/me/cases": what moderators decided about one's topics, shows and account.
import { mount } from "../ui/mount.tsx";
import { CasesPage } from "./CasesPage.tsx";

mount("cases", CasesPage);
