// Where a coupon's code is typed, with what is wrong with it right below.
import type { ComponentChildren } from "preact";
import type { ApiError } from "../core/errors.ts";
import { buyText, couponFaultText } from "./buyStrings.ts";
import { TextField } from "./Field.tsx";
import layout from "./layout.module.css";

interface CouponFieldProps {
  readonly code: string;
  readonly fault: ApiError | null;
  readonly onInput: (code: string) => void;
  /** A button of the form that it stands in. */
  readonly children?: ComponentChildren;
}

export function CouponField({ code, fault, onInput, children }: CouponFieldProps) {
  return (
    <div class={layout.beside}>
      <TextField
        label={buyText.coupon}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={32}
        value={code}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        fault={fault === null ? undefined : couponFaultText(fault)}
      />
      {children}
    </div>
  );
}
