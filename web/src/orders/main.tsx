import { mount } from "../ui/mount.tsx";
import { OrdersPage } from "./OrdersPage.tsx";

mount("orders", OrdersPage);
