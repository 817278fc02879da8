import { Divider } from "@/components/ornaments/Divider";

export function PageTitle({ children }: { children: string }) {
  return (
    <div className="page-title">
      <h1>{children}</h1>
      <Divider />
    </div>
  );
}
