import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { AlternativeLink, LoginForm } from "@/features/session";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";

const words = async () => (await requestMessages(pageMessages)).login;

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await words()).title });

export default async function LoginPage() {
  const messages = await words();
  return (
    <>
      <PageTitle>{messages.heading}</PageTitle>
      <LoginForm />
      <AlternativeLink question={messages.otherwise} label={messages.otherwiseLink} href="/register" />
    </>
  );
}
