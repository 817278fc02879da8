import { EntryLinks, Scene } from "@/features/landing";
import { Fog } from "@/components/ornaments/Fog";
import { Wordmark } from "@/components/Wordmark";

const PROMISES = [
  {
    heading: "Swear a contract",
    words: "One line and Enter, and it is sworn. Particulars, if you have them, and a state in your own words.",
  },
  {
    heading: "TasksView it down",
    words: "Begin and complete with a click or a key. Let your hands stay on the keyboard; a slip can be undone.",
  },
  {
    heading: "Read the journal",
    words: "Every deed is set down within a moment: what was sworn, what was rewritten, from what into what.",
  },
];

export default function LandingPage() {
  return (
    <>
      <Scene />
      <Fog />
      <header className="header">
        <Wordmark />
      </header>
      <main id="content">
        <section className="prologue">
          <h1>The night is long. Keep a list.</h1>
          <p>Task Hunter is a task manager for those who mean to see the dawn: quick to write in, quiet to work in, and it forgets nothing.</p>
          <EntryLinks />
        </section>
        <section aria-label="What it does" className="promises">
          {PROMISES.map(({ heading, words }) => (
            <div key={heading} className="frame promise">
              <h2>{heading}</h2>
              <p>{words}</p>
            </div>
          ))}
        </section>
      </main>
    </>
  );
}
