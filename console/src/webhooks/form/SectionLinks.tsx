import classes from './SectionLinks.module.css';

export interface SectionLinksProps {
  /** Ids of the sections on the page, and what they are called. */
  sections: [id: string, name: string][];
  /** Names of the sections that hold errors. */
  faulty: Set<string>;
}

/** The way to each section of a long form, beside it on wide screens. */
export function SectionLinks({ sections, faulty }: SectionLinksProps) {
  return (
    <nav className={classes.links} aria-label="Sections">
      <ul>
        {sections.map(([id, name]) => (
          <li key={id}>
            <a href={`#${id}`} data-faulty={faulty.has(id) || undefined}>
              {name}
              {faulty.has(id) && <span className="hs-hidden"> needs a change</span>}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
