// The page "/verify": checks a red packet's draw in the browser.
import { mount } from "../ui/mount.tsx";
import { VerifyPage } from "./VerifyPage.tsx";

mount("verify", VerifyPage);
