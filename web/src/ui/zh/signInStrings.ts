// The words of signing in, in Chinese: see ../signInStrings.ts.
import type { signIn as english } from "../signInStrings.ts";

export const signIn: typeof english = {
  register: "注册账号",
  handle: "用户名",
  handleHint: "2 到 32 个字符，可用 a–z、0–9、点、短横线和下划线。",
  password: "密码",
  passwordHint: "至少 8 个字符。",
  displayName: "昵称",
  toRegister: "还没有账号？立即注册",
  toSignIn: "已有账号，去登录",
};
