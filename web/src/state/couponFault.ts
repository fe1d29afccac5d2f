// Which refusals are about the coupon, and so belong beside its field.
import type { ApiError } from "../core/errors.ts";

/** Its own codes, or a text that no coupon can have: then the field at fault is the code. */
export function isCouponFault(error: ApiError): boolean {
  return error.code.startsWith("coupon_") || (error.code === "invalid" && "code" in error.fields);
}
