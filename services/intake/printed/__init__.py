"""The forms that a person is given: issued with the transition, numbered, printed again exactly."""
