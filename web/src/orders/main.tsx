// The page "/orders": cart, orders and wallet.
import { speak } from "../ui/language.ts";
import { mount } from "../ui/mount.tsx";
import { OrdersPage } from "./OrdersPage.tsx";

void speak().then(() => mount("orders", OrdersPage));
