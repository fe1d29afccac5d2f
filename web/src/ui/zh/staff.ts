// The Chinese words of studio and desk, laid over after those of index.ts; viewers do not load them.
import { deskText as englishDesk } from "../deskStrings.ts";
import { eligibility as englishEligibility } from "../eligibilityStrings.ts";
import { holdText as englishHolds } from "../holdStrings.ts";
import { importText as englishImport } from "../importStrings.ts";
import {
  bundleText as englishBundle,
  couponText as englishCoupon,
  floorText as englishFloor,
  refundText as englishRefund,
  sellFaults as englishSellFaults,
  stockText as englishStock,
} from "../sellStrings.ts";
import { studioText as englishStudio } from "../studioStrings.ts";
import { taxonomy as englishTaxonomy } from "../taxonomyStrings.ts";
import { work as englishWork } from "../workStrings.ts";
import { deskText } from "./deskStrings.ts";
import { eligibility } from "./eligibilityStrings.ts";
import { holdText } from "./holdStrings.ts";
import { importText } from "./importStrings.ts";
import { overlay } from "./overlay.ts";
import { bundleText, couponText, floorText, refundText, sellFaults, stockText } from "./sellStrings.ts";
import { studioText } from "./studioStrings.ts";
import { taxonomy } from "./taxonomyStrings.ts";
import { work } from "./workStrings.ts";

export const pairs = [
  ["work", englishWork, work],
  ["desk", englishDesk, deskText],
  ["eligibility", englishEligibility, eligibility],
  ["import", englishImport, importText],
  ["studio", englishStudio, studioText],
  ["taxonomy", englishTaxonomy, taxonomy],
  ["holds", englishHolds, holdText],
  ["coupon", englishCoupon, couponText],
  ["bundle", englishBundle, bundleText],
  ["stock", englishStock, stockText],
  ["floor", englishFloor, floorText],
  ["refund", englishRefund, refundText],
  ["sellFaults", englishSellFaults, sellFaults],
] as const;

export function speak(): void {
  for (const [, english, chinese] of pairs) overlay(english, chinese);
}
