// @ts-check
// What a board's page is doing, which its root element says.
const { dataset } = document.documentElement;

/** Whether this page is being edited: then it must not reload by itself. */
export const isEditing = () => "editing" in dataset;

/** Whether this page presents boards, or is shown by one that does. */
export const isPresenting = () => "presenting" in dataset;

/** Whether this page presents boards: if it reloaded, the full screen would end. */
export const isStage = () => dataset.presenting === "stage";
