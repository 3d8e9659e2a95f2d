export const cashiersEn = {
  cashiers: 'Cashiers',
  addCashier: 'Add cashier',
  noCashiers: 'No cashiers yet: whoever gives a name may open a shift.',
  cashierSince: 'Since',
  cashierPin: 'Cashier’s PIN',
  cashierPinChange: 'Change PIN',
  cashierPinRule:
    'Six digits, not all the same and not counting up or down. Three wrong ones lock it for ten minutes.',
  removeCashier: 'Remove',
  removeCashierAsk: 'Remove this cashier? Without any, whoever gives a name may open a shift.',
};
