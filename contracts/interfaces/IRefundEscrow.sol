// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Authorisation} from "./ISignedRequests.sol";

/// @notice Lets a token stand for a currency. Signed by the council, once for each token.
struct ListToken {
    address token; // An ERC-20 that takes no fee of a transfer.
    bytes3 currency; // ISO 4217, ASCII.
    uint64 unitsPerMinor; // The token's smallest units in one minor unit of the currency.
}

/// @notice Pays out what is due of a return. Signed by the buyer.
struct WithdrawRefund {
    bytes32 returnId;
    address to; // Who gets it; a P-256 key's own address is refused, as nobody could spend there.
}

/// @notice Gives back what a return does not need. Signed by the seller.
struct ReclaimDeposit {
    bytes32 returnId;
    address to;
}

/// @notice Holds refunds in an ERC-20 from approval on, and pays them by pull: nobody's goodwill is needed.
/// @dev Optional: a return without a deposit is paid by the seller, who attests it. `subject` is the return's id.
/// What the escrow holds of a token is at every moment the sum of its deposits.
interface IRefundEscrow {
    event TokenListed(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        address token,
        bytes3 currency,
        uint64 unitsPerMinor
    );
    /// @dev `request` is NO_REQUEST: who pays in shows in the token's own transfer.
    event RefundDeposited(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        address token,
        address from,
        uint256 units
    );
    event RefundWithdrawn(
        bytes32 indexed subject,
        bytes32 indexed request,
        uint64 recordedAt,
        address token,
        address to,
        uint256 units,
        uint48 amountMinor
    );
    event DepositReclaimed(
        bytes32 indexed subject, bytes32 indexed request, uint64 recordedAt, address token, address to, uint256 units
    );

    error TokenListedBefore(address token);
    error TokenInvalid(address token, bytes3 currency);
    error DepositTokenDiffers(bytes32 returnId, address token, address held);
    error DepositEmpty(bytes32 returnId);
    error DepositShort(address token, uint256 given, uint256 arrived);
    error PayoutInvalid(address to);
    error WithdrawalNotBuyer(bytes32 returnId, address actor);
    error WithdrawalNothingDue(bytes32 returnId);
    error ReclaimNothingFree(bytes32 returnId, uint256 held, uint256 owed);

    function listToken(ListToken calldata request, Authorisation[] calldata authorisations) external;

    /// @notice Pays in for a return that is not closed, with an allowance that the caller gave. Anybody may.
    function deposit(bytes32 returnId, IERC20 token, uint256 units) external;

    /// @notice Pays the buyer what is due, as far as it was paid in; the return ledger records it as a refund.
    function withdrawRefund(WithdrawRefund calldata request, Authorisation calldata authorisation) external;

    /// @notice Gives the seller back what exceeds the due of a return that is closed or cancelled; three years after its
    /// close all that nobody withdrew. A declined or expired return may still be disputed until it is closed.
    function reclaimDeposit(ReclaimDeposit calldata request, Authorisation calldata authorisation) external;

    /// @notice What is held for a return, in the token's smallest units.
    function depositOf(bytes32 returnId) external view returns (IERC20 token, uint256 units);

    /// @notice What is held of a token for all returns together.
    function heldOf(IERC20 token) external view returns (uint256);
}
