import { FieldGroup } from "@/components/Field";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { taskMessages } from "@/lib/messages/tasks";
import { Choices } from "./Choices";

interface PriorityFieldProps {
  priority: number;
  choose: (priority: number) => void;
}

export function PriorityField({ priority, choose }: PriorityFieldProps) {
  const { form } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const choices = form.priorities.map((label, value) => ({
    label,
    checked: value === priority,
    choose: () => choose(value),
  }));
  return (
    <FieldGroup label={fields.priority}>
      <Choices choices={choices} />
    </FieldGroup>
  );
}
