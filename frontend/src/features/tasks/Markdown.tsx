import type { Element, ElementContent, Root } from "hast";
import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { useMessages } from "@/lib/messages";
import { panelMessages } from "@/lib/messages/panel";
import styles from "./Markdown.module.css";

/**
 * Text that a person wrote, as Markdown. HTML in it stays text, and links of other schemes than those of the web and of
 * e-mail lead nowhere: react-markdown sees to both. Nothing is loaded from elsewhere: an image is a link to it.
 */
export default function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.markdown}>
      <ReactMarkdown remarkPlugins={[remarkGfm]} rehypePlugins={[aloneInElements]} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const COMPONENTS: Components = {
  // Beneath the headings of the page around it.
  h1: "h4",
  h2: "h4",
  h3: "h4",
  h5: "h4",
  h6: "h4",
  a: ({ href, children }) => <OutwardLink href={href}>{children}</OutwardLink>,
  img: ({ src, alt }) => <ImageLink src={src} alt={alt} />,
  input: ({ checked }) => <Tick checked={checked === true} />,
};

/** Where it leads is told neither whence one came nor what window to write into. */
function OutwardLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  if (!href) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className={styles.link}>
      {children}
    </a>
  );
}

function ImageLink({ src, alt }: { src: string | Blob | undefined; alt: string | undefined }) {
  const { markdown } = useMessages(panelMessages);
  const address = typeof src === "string" ? src : undefined;
  return <OutwardLink href={address}>{markdown.image(alt || address || "")}</OutwardLink>;
}

/** An item of a task list is text here: it is ticked where it is written. */
function Tick({ checked }: { checked: boolean }) {
  const { markdown } = useMessages(panelMessages);
  return (
    <span role="img" aria-label={checked ? markdown.ticked : markdown.open} className={styles.tick}>
      {checked ? "☑" : "☐"}
    </span>
  );
}

/** Puts each text that has something beside it into an element of its own, as everywhere on this page. */
function aloneInElements() {
  return (tree: Root) => wrapTexts(tree);
}

function wrapTexts(parent: Root | Element): void {
  const alone = parent.children.length === 1;
  parent.children = parent.children.map((child) => {
    if (child.type === "element") wrapTexts(child);
    // HTML is text, too.
    const wraps = !alone && "value" in child && child.value.trim() !== "";
    return wraps ? { type: "element", tagName: "span", properties: {}, children: [child] } : child;
  }) as ElementContent[];
}
