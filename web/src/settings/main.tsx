// The page "/me": one's own settings, data and account.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { SettingsPage } from "./SettingsPage.tsx";

void speak().then(() => mount("settings", SettingsPage));
