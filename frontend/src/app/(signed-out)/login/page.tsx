import type { Metadata } from "next";
import { AlternativeLink, LoginForm } from "@/features/session";
import { PageTitle } from "@/components/PageTitle";

export const metadata: Metadata = { title: "Log in" };

export default function LoginPage() {
  return (
    <>
      <PageTitle>Return to the Hunt</PageTitle>
      <LoginForm />
      <AlternativeLink question="Not yet a hunter?" label="Register" href="/register" />
    </>
  );
}
