import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { AlternativeLink, RegisterForm } from "@/features/session";
import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import { passwordMinLength } from "@/lib/settings";

const messages = getMessages(pageMessages).register;

export const metadata: Metadata = { title: messages.title };

export default function RegisterPage() {
  return (
    <>
      <PageTitle>{messages.heading}</PageTitle>
      <RegisterForm passwordMinLength={passwordMinLength()} />
      <AlternativeLink question={messages.otherwise} label={messages.otherwiseLink} href="/login" />
    </>
  );
}
