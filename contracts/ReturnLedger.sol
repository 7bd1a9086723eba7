// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReturnBase} from "./base/ReturnBase.sol";
import {IHistory} from "./interfaces/IHistory.sol";
import {IParticipantRegistry} from "./interfaces/IParticipantRegistry.sol";
import {IPolicyBook} from "./interfaces/IPolicyBook.sol";
import "./interfaces/IReturnLedger.sol";
import {Authorisation} from "./interfaces/ISignedRequests.sol";
import {ActorSignature} from "./libraries/ActorSignature.sol";
import {Breakdown} from "./libraries/RefundRule.sol";
import {ReturnHash} from "./libraries/ReturnHash.sol";

/// @notice Receipts, and returns from request to close.
/// @dev One contract cannot hold all of it: its parts run on this contract's storage and in its name, fixed at its
/// deployment.
contract ReturnLedger is ReturnBase, IReturnLedger {
    bytes32 private constant CLAIM_TYPEHASH =
        keccak256("Claim(bytes32 receipt,address buyer,uint256 nonce,uint64 deadline)");
    bytes32 private constant ADD_PARCEL_TYPEHASH = keccak256(
        "AddParcel(bytes32 returnId,uint32 participant,uint8 purpose,uint32 carrier,bytes32 tracking,uint64 sentAt,bytes32 document,uint256 nonce,uint64 deadline)"
    );
    uint256 private constant AMOUNT_LIMIT = type(uint48).max;

    /* IMMUTABLES AND STORAGE */

    address private immutable _requests;
    address private immutable _goods;
    address private immutable _settlement;
    address private immutable _disputes;
    address private immutable _escrow;
    address private immutable _desk;

    /* CONSTRUCTOR */

    /// @param parts A ReturnRequests, ReturnGoods, ReturnSettlement and ReturnDisputes with the same three contracts.
    /// @param escrow Where the RefundEscrow will be: it is deployed later, as it needs this contract's address.
    /// @param desk Where the DisputeDesk will be, for the same reason.
    constructor(
        IParticipantRegistry registry,
        IPolicyBook policies,
        IHistory parcelLedger,
        address[4] memory parts,
        address escrow,
        address desk
    ) EIP712("ReturnLedger", "1") ReturnBase(registry, policies, parcelLedger) {
        // Whoever deploys compares code and addresses; a ledger with a wrong part records no return.
        (_requests, _goods, _settlement, _disputes) = (parts[0], parts[1], parts[2], parts[3]);
        // slither-disable-next-line missing-zero-check
        _escrow = escrow;
        // slither-disable-next-line missing-zero-check
        _desk = desk;
    }

    /* CLAIM */

    /// @inheritdoc IReturnLedger
    function claim(Claim calldata request, Authorisation calldata authorisation, SignedReceipt calldata signed)
        external
    {
        bytes32 digest = _digestOf(abi.encode(CLAIM_TYPEHASH, request), authorisation.nonce, authorisation.deadline);
        _authorise(digest, authorisation);
        bytes32 id = receiptDigest(signed.receipt);
        if (request.receipt != id) revert ReceiptMismatch(request.receipt, id);
        if (authorisation.actor != signed.receipt.claimKey) revert ReceiptNotClaimKey(id, authorisation.actor);
        if (request.buyer == address(0)) revert ReceiptBuyerInvalid(request.buyer);
        if (_sales[id].buyer != address(0)) revert ReceiptAlreadyClaimed(id, _sales[id].buyer);
        _checkReceipt(id, signed);

        _storeSale(id, request.buyer, signed.receipt);
        _record(
            ReceiptClaimed.selector,
            id,
            digest,
            abi.encode(uint64(block.timestamp), request.buyer, signed.receipt, signed.signer, signed.signature)
        );
    }

    /// @dev The signer must have been a key of the seller when the sale was made. Suspension does not matter: the
    /// receipt is the buyer's right. The role does not either: only a seller can have published the policy.
    function _checkReceipt(bytes32 id, SignedReceipt calldata signed) private view {
        Receipt calldata receipt = signed.receipt;
        if (receipt.lines.length == 0 || receipt.lines.length > LINE_LIMIT) {
            revert ReceiptLinesInvalid(receipt.lines.length, LINE_LIMIT);
        }
        _checkNotInFuture(receipt.soldAt);
        (uint32 participant, uint64 addedAt, uint64 endedAt,) = _registry.keyOf(signed.signer);
        bool held = participant == receipt.seller && participant != 0 && addedAt <= receipt.soldAt
            && (endedAt == 0 || receipt.soldAt < endedAt);
        if (!held || !ActorSignature.isValid(signed.signer, id, signed.signature, _registry)) {
            revert ReceiptNotSignedBySeller(id, signed.signer, receipt.seller);
        }
        // Reverts if there is no such version.
        bytes3 currency =
            _policies.currencyOf(keccak256(abi.encode(receipt.seller, receipt.series)), receipt.policyVersion);
        if (receipt.currency != currency) revert ReceiptCurrencyWrong(receipt.currency, currency);
    }

    function _storeSale(bytes32 id, address buyer, Receipt calldata receipt) private {
        uint256 paidMinor = receipt.deliveryMinor;
        for (uint256 i = 0; i < receipt.lines.length; ++i) {
            SoldLine calldata sold = receipt.lines[i];
            if (sold.quantity == 0) revert QuantityZero(uint8(i));
            if (sold.discountMinor > sold.netMinor) {
                revert ReceiptDiscountTooLarge(uint8(i), sold.discountMinor, sold.netMinor);
            }
            uint48 netMinor = sold.netMinor - sold.discountMinor;
            uint256 lineMinor = uint256(netMinor) + sold.taxMinor + sold.dutyMinor;
            if (lineMinor > AMOUNT_LIMIT) revert ReceiptAmountTooLarge(uint8(i), lineMinor, AMOUNT_LIMIT);
            paidMinor += lineMinor;
            _saleLines[id][i] =
                SaleLine(sold.quantity, 0, 0, netMinor, sold.taxMinor, sold.dutyMinor, sold.finalSale);
        }
        // 50 lines and the delivery, each below 2^48, stay below 2^56.
        _sales[id] = Sale({
            buyer: buyer,
            seller: receipt.seller,
            returnCount: 0,
            deliveredAt: 0,
            series: receipt.series,
            policyVersion: receipt.policyVersion,
            paidMinor: uint56(paidMinor),
            refundedMinor: 0,
            deliveryMinor: receipt.deliveryMinor,
            lines: uint8(receipt.lines.length),
            linesAccepted: 0,
            consumer: receipt.consumer,
            informed: receipt.informed
        });
    }

    /// @inheritdoc IReturnLedger
    function receiptDigest(Receipt calldata receipt) public view returns (bytes32) {
        return _hashTypedDataV4(ReturnHash.ofReceipt(receipt));
    }

    /* PARCELS */

    /// @inheritdoc IReturnLedger
    function addParcel(AddParcel calldata request, Authorisation calldata authorisation) external {
        bytes memory fields = abi.encode(ADD_PARCEL_TYPEHASH, request);
        (Rma storage rma, bytes32 digest) = request.participant == 0
            ? _asBuyer(request.returnId, fields, authorisation)
            : _asSeller(request.returnId, fields, authorisation);
        if (request.participant != 0 && request.participant != _sales[rma.receipt].seller) {
            revert ReturnNotParty(request.returnId, authorisation.actor);
        }
        _requireStatus(request.returnId, rma, ReturnStatus.APPROVED);
        bytes32 parcel = _addToList(request, rma);
        _noteParcel(request, rma);
        _record(
            ParcelAdded.selector,
            request.returnId,
            digest,
            abi.encode(
                uint64(block.timestamp),
                request.participant,
                request.purpose,
                request.carrier,
                request.tracking,
                request.sentAt,
                request.document,
                parcel
            )
        );
    }

    function _addToList(AddParcel calldata request, Rma storage rma) private returns (bytes32 parcel) {
        parcel = keccak256(abi.encode(request.carrier, request.tracking));
        mapping(uint256 index => bytes32) storage parcels = _parcels[request.returnId];
        uint256 count = _parcelCount(rma);
        bool bySeller = request.participant != 0;
        uint256 before = bySeller ? rma.parcels >> 4 : rma.parcels & 15;
        if (before >= PARCEL_LIMIT) revert ParcelLimitReached(request.returnId, PARCEL_LIMIT);
        for (uint256 i = 0; i < count; ++i) {
            if (parcels[i] == parcel) revert ParcelAlreadyAdded(request.returnId, parcel);
        }
        parcels[count] = parcel;
        rma.parcels += bySeller ? 16 : 1;
    }

    /// @dev Returned goods may be named by both sides (the seller makes labels); all else travels from the seller.
    /// A replacement needs a return that is not for money, goods given back need goods that were rejected. Only the
    /// parcel that is waited for starts the next clock: otherwise parcels would put off every deadline.
    function _noteParcel(AddParcel calldata request, Rma storage rma) private {
        ParcelPurpose purpose = request.purpose;
        uint40 start = _startOf(request.sentAt);
        if (purpose == ParcelPurpose.GOODS_RETURNED) {
            if (rma.flags & SENT == 0) rma.sentAt = start;
            rma.flags |= request.document != 0 ? SENT | DOCUMENTED : SENT;
            return;
        }
        bool givenBack = purpose == ParcelPurpose.GOODS_GIVEN_BACK;
        bool fits = givenBack
            ? _anyRejected(request.returnId, rma)
            : rma.resolution == Resolution.REPLACEMENT || rma.resolution == Resolution.REPAIR;
        if (purpose == ParcelPurpose.NONE || request.participant == 0 || !fits) {
            revert ParcelPurposeInvalid(purpose, request.participant);
        }
        Act awaited = _turnOf(request.returnId, rma).act;
        if (awaited == (givenBack ? Act.GIVE_BACK : Act.REPLACE)) rma.since = start;
        rma.flags |= givenBack ? GIVEN_BACK : REPLACED;
    }

    function _anyRejected(bytes32 returnId, Rma storage rma) private view returns (bool) {
        uint256 lines = _sales[rma.receipt].lines;
        for (uint256 line = 0; line < lines; ++line) {
            if (_rmaLines[returnId][line].rejected != 0) return true;
        }
        return false;
    }

    /* IDS */

    /// @inheritdoc IReturnLedger
    function returnIdOf(bytes32 receipt, uint32 number) public pure returns (bytes32) {
        return keccak256(abi.encode(receipt, number));
    }

    /* ESCROW */

    /// @inheritdoc IReturnLedger
    function releaseFromEscrow(bytes32, uint48, bytes32) external {
        if (msg.sender != _escrow) revert RefundNotFromEscrow(msg.sender);
        _run(_settlement);
    }

    /// @inheritdoc IReturnLedger
    function claimOf(bytes32 returnId) external view returns (RefundClaim memory) {
        Rma storage rma = _existing(returnId);
        Sale storage sale = _sales[rma.receipt];
        // Goods take the place of money until the seller does not send them.
        uint256 dueMinor =
            rma.resolution == Resolution.REFUND ? _breakdown(returnId, rma, _feesOf(rma)).dueMinor : 0;
        bytes3 currency = _policies.currencyOf(_policyOf(sale), sale.policyVersion);
        return RefundClaim(sale.buyer, sale.seller, currency, rma.status, rma.since, dueMinor);
    }

    /* DISPUTES */

    /// @inheritdoc IReturnLedger
    function beginDispute(bytes32, bytes32, bool, Award calldata, bytes32) external {
        _runForDesk();
    }

    /// @inheritdoc IReturnLedger
    function endDispute(bytes32, bytes32, bool, DisputeEnding, bool, bool, Award calldata, uint48, bytes32) external {
        _runForDesk();
    }

    /// @inheritdoc IReturnLedger
    function checkAward(bytes32, Award calldata) external {
        _run(_disputes);
    }

    function _runForDesk() private {
        if (msg.sender != _desk) revert DisputeNotFromDesk(msg.sender);
        _run(_disputes);
    }

    /// @inheritdoc IReturnLedger
    function partiesOf(bytes32 returnId) external view returns (ReturnParties memory parties) {
        Rma storage rma = _existing(returnId);
        Sale storage sale = _sales[rma.receipt];
        parties.buyer = sale.buyer;
        parties.seller = sale.seller;
        parties.inspector = rma.inspector;
        parties.policy = _policyOf(sale);
        parties.policyVersion = sale.policyVersion;
        parties.parcels = new bytes32[](_parcelCount(rma));
        for (uint256 i = 0; i < parties.parcels.length; ++i) parties.parcels[i] = _parcels[returnId][i];
    }

    /* READING */

    /// @inheritdoc IReturnLedger
    function statusOf(bytes32 returnId) external view returns (ReturnStatus) {
        return _rmas[returnId].status;
    }

    /// @inheritdoc IReturnLedger
    function turnOf(bytes32 returnId) external view returns (Turn memory) {
        return _turnOf(returnId, _existing(returnId));
    }

    /// @inheritdoc IReturnLedger
    function refundOf(bytes32 returnId) external view returns (Breakdown memory) {
        Rma storage rma = _existing(returnId);
        return _breakdown(returnId, rma, _feesOf(rma));
    }

    /* RUN BY RETURNREQUESTS */

    /// @inheritdoc IReturnLedger
    function openReturn(OpenReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function askBuyer(AskBuyer calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function supplyAnswer(SupplyAnswer calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function approveReturn(ApproveReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function nameInspector(NameInspector calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function proposeBuyerKey(ProposeBuyerKey calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function proposeBuyerKeyByCouncil(ProposeBuyerKey calldata, Authorisation[] calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function vetoBuyerKey(VetoBuyerKey calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function takeBuyerKey(TakeBuyerKey calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function declineReturn(DeclineReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function cancelReturn(CancelReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function reopenReturn(ReopenReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /// @inheritdoc IReturnLedger
    function closeReturn(CloseReturn calldata, Authorisation calldata) external {
        _run(_requests);
    }

    /* RUN BY RETURNGOODS */

    /// @inheritdoc IReturnLedger
    function stateDelivery(StateDelivery calldata, Authorisation calldata) external {
        _run(_goods);
    }

    /// @inheritdoc IReturnLedger
    function inspectGoods(InspectGoods calldata, Authorisation calldata) external {
        _run(_goods);
    }

    /// @inheritdoc IReturnLedger
    function receiveGoods(ReceiveGoods calldata, Authorisation calldata) external {
        _run(_goods);
    }

    /* RUN BY RETURNSETTLEMENT */

    /// @inheritdoc IReturnLedger
    function releaseRefund(ReleaseRefund calldata, Authorisation calldata) external {
        _run(_settlement);
    }

    /// @inheritdoc IReturnLedger
    function confirmOutcome(ConfirmOutcome calldata, Authorisation calldata) external {
        _run(_settlement);
    }

    /// @inheritdoc IReturnLedger
    function proveOutcome(ProveOutcome calldata, Authorisation calldata) external {
        _run(_settlement);
    }

    /// @inheritdoc IReturnLedger
    function enforce(bytes32) external {
        _run(_settlement);
    }

    /* RUN BY RETURNDISPUTES */

    /// @inheritdoc IReturnLedger
    function sendMessage(SendMessage calldata, Authorisation calldata) external {
        _run(_disputes);
    }

    /// @dev Runs the same call in a part, on this storage; its refusal is passed on unchanged.
    function _run(address part) private {
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            if iszero(delegatecall(gas(), part, free, calldatasize(), 0, 0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
        }
    }
}
