import type { Metadata } from "next";
import { LoginForm } from "@/session/LoginForm";
import { TheOtherDoor } from "@/session/TheOtherDoor";
import { PageTitle } from "@/shell/PageTitle";

export const metadata: Metadata = { title: "Log in" };

export default function LoginPage() {
  return (
    <>
      <PageTitle>Return to the Hunt</PageTitle>
      <LoginForm />
      <TheOtherDoor question="Not yet a hunter?" label="Register" href="/register" />
    </>
  );
}
