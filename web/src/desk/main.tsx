// The page "/desk": the moderators' desk, in their language.
import { speak } from "../ui/language.ts";

void speak(true)
  .then(() => import("./start.tsx"))
  .then(({ start }) => start());
