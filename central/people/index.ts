export { peopleErrors } from './errors.js';
export { createPeople, type People } from './people.js';
export { findPersonRow, lockPerson, present, readConsents, readPerson } from './read.js';
export { addPeopleRoutes } from './routes.js';
