import { Frame } from "@/components/Frame";
import { Fog } from "@/components/ornaments/Fog";
import { EntryLinks, Scene } from "@/features/landing";
import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import { Header } from "./_shell/Header";
import styles from "./page.module.css";

export default async function LandingPage() {
  const { landing } = await requestMessages(pageMessages);
  return (
    <>
      <Scene />
      <Fog />
      <Header />
      <main id="content">
        <section className={styles.introduction}>
          <h1 className={styles.heading}>{landing.heading}</h1>
          <p className={styles.text}>{landing.introduction}</p>
          <EntryLinks />
        </section>
        <section aria-label={landing.featuresLabel} className={styles.features}>
          {landing.features.map(({ heading, text }) => (
            <Frame key={heading}>
              <h2 className={styles.featureHeading}>{heading}</h2>
              <p>{text}</p>
            </Frame>
          ))}
        </section>
      </main>
    </>
  );
}
