// The words of signing in, in English; loaded with its dialog. See strings.ts.
export const signIn = {
  register: "Create an account",
  handle: "Handle",
  handleHint: "2 to 32 of a–z, 0–9, dot, dash and underscore.",
  password: "Password",
  passwordHint: "At least 8 characters.",
  displayName: "Display name",
  toRegister: "New here? Create an account",
  toSignIn: "I have an account",
};
