export default function PreviewDialog(_: { webhook: { config_id: string; name: string } | null; unsaved?: boolean; onClose: () => void }) {
  return null;
}
