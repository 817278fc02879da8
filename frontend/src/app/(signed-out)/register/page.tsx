import type { Metadata } from "next";
import { PageTitle } from "@/components/PageTitle";
import { AlternativeLink, RegisterForm } from "@/features/session";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import { passwordMinLength } from "@/lib/settings";

const words = async () => (await requestMessages(pageMessages)).register;

export const generateMetadata = async (): Promise<Metadata> => ({ title: (await words()).title });

export default async function RegisterPage() {
  const messages = await words();
  return (
    <>
      <PageTitle>{messages.heading}</PageTitle>
      <RegisterForm passwordMinLength={passwordMinLength()} />
      <AlternativeLink question={messages.otherwise} label={messages.otherwiseLink} href="/login" />
    </>
  );
}
