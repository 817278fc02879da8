export function Footer() {
  return (
    <footer className="footer">
      <p>
        Task Hunter is a work of its own, with an art of its own. It is not affiliated with or endorsed by Sony or
        FromSoftware.
      </p>
    </footer>
  );
}
