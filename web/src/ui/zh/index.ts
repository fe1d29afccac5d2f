// Puts the Chinese words of viewers' pages in the place of the English ones. Loaded as a file of its own, before the page
// is shown. Those of studio and desk are in staff.ts.
import { buyText as englishBuy } from "../buyStrings.ts";
import { callText as englishCalls } from "../callStrings.ts";
import { cases as englishCases } from "../caseStrings.ts";
import { duelText as englishDuels } from "../duelStrings.ts";
import { formText as englishForm } from "../formStrings.ts";
import { words as englishGifts } from "../giftStrings.ts";
import { heldText as englishHeld } from "../heldStrings.ts";
import { home as englishHome } from "../homeStrings.ts";
import { me as englishMe } from "../meStrings.ts";
import { modText as englishMod } from "../modStrings.ts";
import { offerText as englishOffers } from "../offerStrings.ts";
import {
  consoleWords as englishConsole,
  words as englishPackets,
  verifyWords as englishVerify,
} from "../packetStrings.ts";
import { report as englishReport } from "../reportStrings.ts";
import { returnText as englishReturn } from "../returnStrings.ts";
import { actionText as englishAction, shareText as englishShare } from "../shareStrings.ts";
import { words as englishShop } from "../shopStrings.ts";
import { signIn as englishSignIn } from "../signInStrings.ts";
import { errors as englishErrors, text as englishText, setLocale } from "../strings.ts";
import { waitText as englishWait } from "../waitStrings.ts";
import { walletText as englishWallet } from "../walletStrings.ts";
import { buyText } from "./buyStrings.ts";
import { callText } from "./callStrings.ts";
import { cases } from "./caseStrings.ts";
import { duelText } from "./duelStrings.ts";
import { formText } from "./formStrings.ts";
import { words as gifts } from "./giftStrings.ts";
import { heldText } from "./heldStrings.ts";
import { home } from "./homeStrings.ts";
import { me } from "./meStrings.ts";
import { modText } from "./modStrings.ts";
import { offerText } from "./offerStrings.ts";
import { overlay } from "./overlay.ts";
import { consoleWords, words as packets, verifyWords } from "./packetStrings.ts";
import { report } from "./reportStrings.ts";
import { returnText } from "./returnStrings.ts";
import { actionText, shareText } from "./shareStrings.ts";
import { words as shop } from "./shopStrings.ts";
import { signIn } from "./signInStrings.ts";
import { errors, text } from "./strings.ts";
import { waitText } from "./waitStrings.ts";
import { walletText } from "./walletStrings.ts";

export const pairs = [
  ["text", englishText, text],
  ["errors", englishErrors, errors],
  ["home", englishHome, home],
  ["signIn", englishSignIn, signIn],
  ["buy", englishBuy, buyText],
  ["calls", englishCalls, callText],
  ["duels", englishDuels, duelText],
  ["form", englishForm, formText],
  ["gifts", englishGifts, gifts],
  ["offers", englishOffers, offerText],
  ["packets", englishPackets, packets],
  ["console", englishConsole, consoleWords],
  ["verify", englishVerify, verifyWords],
  ["wait", englishWait, waitText],
  ["return", englishReturn, returnText],
  ["shop", englishShop, shop],
  ["wallet", englishWallet, walletText],
  ["report", englishReport, report],
  ["mod", englishMod, modText],
  ["held", englishHeld, heldText],
  ["cases", englishCases, cases],
  ["me", englishMe, me],
  ["action", englishAction, actionText],
  ["share", englishShare, shareText],
] as const;

export function speak(): void {
  setLocale("zh-CN");
  for (const [, english, chinese] of pairs) overlay(english, chinese);
}
