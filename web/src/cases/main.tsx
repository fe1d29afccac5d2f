// The page "/me/cases": what was decided about oneself, in one's language.
import { speak } from "../ui/language.ts";

void speak()
  .then(() => import("./start.tsx"))
  .then(({ start }) => start());
