export const ActivityPage = () => <p>ActivityPage</p>;
