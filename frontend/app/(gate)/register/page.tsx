import type { Metadata } from "next";
import { RegisterForm } from "@/session/RegisterForm";
import { TheOtherDoor } from "@/session/TheOtherDoor";
import { PageTitle } from "@/shell/PageTitle";

export const metadata: Metadata = { title: "Register" };

export default function RegisterPage() {
  return (
    <>
      <PageTitle>Become a Hunter</PageTitle>
      <RegisterForm />
      <TheOtherDoor question="A hunter already?" label="Log in" href="/login" />
    </>
  );
}
