// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {History} from "./base/History.sol";
import {SignedRequests} from "./base/SignedRequests.sol";
import {NO_REQUEST} from "./interfaces/IHistory.sol";
import {IParticipantRegistry, ROLE_SELLER} from "./interfaces/IParticipantRegistry.sol";
import "./interfaces/IRefundEscrow.sol";
import {IReturnLedger, RefundClaim, ReturnStatus} from "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ActorSignature} from "./libraries/ActorSignature.sol";

/// @notice Holds refunds in tokens and pays them by pull.
contract RefundEscrow is History, SignedRequests, ReentrancyGuardTransient, IRefundEscrow {
    using SafeERC20 for IERC20;

    bytes32 private constant LIST_TOKEN_TYPEHASH = keccak256(
        "ListToken(address token,bytes3 currency,uint64 unitsPerMinor,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant WITHDRAW_TYPEHASH =
        keccak256("WithdrawRefund(bytes32 returnId,address to,uint256 nonce,uint64 deadline)");
    bytes32 private constant RECLAIM_TYPEHASH =
        keccak256("ReclaimDeposit(bytes32 returnId,address to,uint256 nonce,uint64 deadline)");
    /// @dev So long after its close a buyer can still fetch what is due.
    uint256 private constant UNCLAIMED_S = 3 * 365 days;

    struct Listing {
        bytes3 currency; // Zero: not listed.
        uint64 unitsPerMinor;
    }

    struct Deposit {
        IERC20 token;
        uint256 units;
    }

    /* IMMUTABLES AND STORAGE */

    IParticipantRegistry private immutable _registry;
    IReturnLedger private immutable _ledger;

    mapping(IERC20 token => Listing) private _listings;
    mapping(IERC20 token => uint256 units) private _held;
    mapping(bytes32 returnId => Deposit) private _deposits;

    /* CONSTRUCTOR */

    constructor(IParticipantRegistry registry, IReturnLedger ledger) EIP712("RefundEscrow", "1") {
        _registry = registry;
        _ledger = ledger;
    }

    /* TOKENS */

    /// @inheritdoc IRefundEscrow
    function listToken(ListToken calldata request, Authorisation[] calldata authorisations) external {
        if (authorisations.length == 0) revert RequestAuthorisationMissing(0, 1);
        bytes32 digest = _digestOf(abi.encode(LIST_TOKEN_TYPEHASH, request), authorisations[0].nonce, authorisations[0].deadline);
        _registry.requireCouncil(digest, authorisations);
        // The registry looked at who signed; here each nonce is used, so that nobody stands twice and no act is repeated.
        for (uint256 i = 0; i < authorisations.length; ++i) _authorise(digest, authorisations[i]);
        IERC20 token = IERC20(request.token);
        if (request.token.code.length == 0 || request.currency == 0 || request.unitsPerMinor == 0) {
            revert TokenInvalid(request.token, request.currency);
        }
        if (_listings[token].currency != 0) revert TokenListedBefore(request.token);

        _listings[token] = Listing(request.currency, request.unitsPerMinor);
        _record(
            TokenListed.selector,
            bytes32(uint256(uint160(request.token))),
            digest,
            abi.encode(uint64(block.timestamp), request.token, request.currency, request.unitsPerMinor)
        );
    }

    /* PAYING IN */

    /// @inheritdoc IRefundEscrow
    function deposit(bytes32 returnId, IERC20 token, uint256 units) external nonReentrant {
        RefundClaim memory claim = _ledger.claimOf(returnId);
        if (claim.status == ReturnStatus.CLOSED || units == 0) revert DepositEmpty(returnId);
        if (_listings[token].currency == 0 || _listings[token].currency != claim.currency) {
            revert TokenInvalid(address(token), claim.currency);
        }
        Deposit storage held = _deposits[returnId];
        if (held.units != 0 && held.token != token) {
            revert DepositTokenDiffers(returnId, address(token), address(held.token));
        }

        held.token = token;
        held.units += units;
        _held[token] += units;
        _record(
            RefundDeposited.selector,
            returnId,
            NO_REQUEST,
            abi.encode(uint64(block.timestamp), token, msg.sender, units)
        );
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), units);
        uint256 arrived = token.balanceOf(address(this)) - before;
        if (arrived != units) revert DepositShort(address(token), units, arrived);
    }

    /* PAYING OUT */

    /// @inheritdoc IRefundEscrow
    function withdrawRefund(WithdrawRefund calldata request, Authorisation calldata authorisation)
        external
        nonReentrant
    {
        bytes32 digest = _digestOf(abi.encode(WITHDRAW_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        RefundClaim memory claim = _ledger.claimOf(request.returnId);
        if (claim.buyer != authorisation.actor) revert WithdrawalNotBuyer(request.returnId, authorisation.actor);
        _checkPayout(request.to, authorisation);
        Deposit storage held = _deposits[request.returnId];
        IERC20 token = held.token;
        uint256 unitsPerMinor = _listings[token].unitsPerMinor;
        if (held.units == 0 || claim.dueMinor == 0) revert WithdrawalNothingDue(request.returnId);
        // Whole minor units only: what is less stays until more is paid in, or goes back.
        // slither-disable-next-line divide-before-multiply
        uint256 amountMinor = held.units / unitsPerMinor;
        if (amountMinor > claim.dueMinor) amountMinor = claim.dueMinor;
        if (amountMinor > type(uint48).max) amountMinor = type(uint48).max;
        if (amountMinor == 0) revert WithdrawalNothingDue(request.returnId);
        uint256 units = amountMinor * unitsPerMinor;

        held.units -= units;
        _held[token] -= units;
        _record(
            RefundWithdrawn.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), token, request.to, units, uint48(amountMinor))
        );
        _ledger.releaseFromEscrow(request.returnId, uint48(amountMinor), digest);
        token.safeTransfer(request.to, units);
    }

    /// @dev A P-256 key has no account on the chain.
    function _checkPayout(address to, Authorisation calldata authorisation) private view {
        bool unspendable =
            to == authorisation.actor && authorisation.signature.length == ActorSignature.P256_BYTES;
        if (to == address(0) || to == address(this) || unspendable) revert PayoutInvalid(to);
    }

    /// @inheritdoc IRefundEscrow
    function reclaimDeposit(ReclaimDeposit calldata request, Authorisation calldata authorisation)
        external
        nonReentrant
    {
        bytes32 digest = _digestOf(abi.encode(RECLAIM_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        RefundClaim memory claim = _ledger.claimOf(request.returnId);
        _registry.requireRole(authorisation.actor, claim.seller, ROLE_SELLER);
        _checkPayout(request.to, authorisation);
        Deposit storage held = _deposits[request.returnId];
        IERC20 token = held.token;
        uint256 owed = _owed(claim, held.units, _listings[token].unitsPerMinor);
        if (held.units <= owed) revert ReclaimNothingFree(request.returnId, held.units, owed);
        uint256 units = held.units - owed;

        held.units = owed;
        _held[token] -= units;
        _record(
            DepositReclaimed.selector,
            request.returnId,
            digest,
            abi.encode(uint64(block.timestamp), token, request.to, units)
        );
        token.safeTransfer(request.to, units);
    }

    /// @dev What has to stay: all while the return goes on or may be disputed, as a declined or expired one may until it
    /// is closed; then what is due, at last nothing.
    function _owed(RefundClaim memory claim, uint256 units, uint256 unitsPerMinor) private view returns (uint256) {
        if (claim.status == ReturnStatus.CLOSED) {
            return block.timestamp >= claim.since + UNCLAIMED_S ? 0 : claim.dueMinor * unitsPerMinor;
        }
        return claim.status == ReturnStatus.CANCELLED ? claim.dueMinor * unitsPerMinor : units;
    }

    /* READING */

    /// @inheritdoc IRefundEscrow
    function depositOf(bytes32 returnId) external view returns (IERC20 token, uint256 units) {
        return (_deposits[returnId].token, _deposits[returnId].units);
    }

    /// @inheritdoc IRefundEscrow
    function heldOf(IERC20 token) external view returns (uint256) {
        return _held[token];
    }

    /* REQUESTS */

    /// @dev What is due is computed from all lines of a return.
    function _callGasBase() internal pure override returns (uint256) {
        return 1_500_000;
    }

    function _p256() internal view override returns (IParticipantRegistry) {
        return _registry;
    }
}
