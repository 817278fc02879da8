import { formatNumber } from "@/lib/messages/define";

export const plainOrder = {
  moved: (title: string, place: number, of: number) => `“${title}” moved to place ${formatNumber(place)} of ${formatNumber(of)}.`,
};
