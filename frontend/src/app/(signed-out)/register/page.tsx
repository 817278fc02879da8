import type { Metadata } from "next";
import { AlternativeLink, RegisterForm } from "@/features/session";
import { PageTitle } from "@/components/PageTitle";

export const metadata: Metadata = { title: "Register" };

export default function RegisterPage() {
  return (
    <>
      <PageTitle>Become a Hunter</PageTitle>
      <RegisterForm />
      <AlternativeLink question="A hunter already?" label="Log in" href="/login" />
    </>
  );
}
