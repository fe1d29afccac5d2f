/** What people call an order: the end of its id, which is random there. Lists that go elsewhere have the whole id. */
export function orderNumber(id: string): string {
  return id.slice(-8).toUpperCase();
}
