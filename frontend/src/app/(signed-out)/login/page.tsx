import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { AlternativeLink, LoginForm } from "@/features/session";
import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";

const messages = getMessages(pageMessages).login;

export const metadata: Metadata = { title: messages.title };

export default function LoginPage() {
  return (
    <>
      <PageTitle>{messages.heading}</PageTitle>
      <LoginForm />
      <AlternativeLink question={messages.otherwise} label={messages.otherwiseLink} href="/register" />
    </>
  );
}
