// The page "/verify": checks a red packet's draw in the browser.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { VerifyPage } from "./VerifyPage.tsx";

void speak().then(() => mount("verify", VerifyPage));
